@_exported import EspalierData
@_exported import EspalierNN
@_exported import EspalierPruning
@_exported import EspalierReport
@_exported import EspalierStatistics
@_exported import EspalierStudy
@_exported import EspalierTensor
@_exported import EspalierTraining
