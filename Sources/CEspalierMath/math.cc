#include "CEspalierMath.h"
