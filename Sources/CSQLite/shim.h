// The system's SQLite, as its own header declares it.
#include <sqlite3.h>
