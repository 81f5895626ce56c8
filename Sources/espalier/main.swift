import EspalierCommand
import Foundation

exit(EspalierProgram.main())
