// swift-tools-version: 6.1
import PackageDescription

// One target a layer, and arrows go down only: Documentation/architecture.md has the table,
// and a test compares every import with it.
let package = Package(
  name: "Espalier",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Espalier", targets: ["Espalier"]),
    .executable(name: "espalier", targets: ["espalier-cli"]),
  ],
  targets: [
    .target(
      name: "CEspalierKernels",
      cxxSettings: [.headerSearchPath(".")],
      linkerSettings: [
        .linkedLibrary("hwy"),
        .linkedLibrary("openblas", .when(platforms: [.linux])),
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
      ]),
    .target(name: "CEspalierMath"),
    .target(name: "CEspalierHTTP"),
    .systemLibrary(name: "CSQLite"),
    .target(name: "EspalierTensor", dependencies: ["CEspalierKernels"]),
    .target(name: "EspalierStatistics", dependencies: ["CEspalierMath"]),
    .target(name: "EspalierNN", dependencies: ["EspalierTensor"]),
    .target(name: "EspalierPruning", dependencies: ["EspalierTensor"]),
    .target(name: "EspalierData", dependencies: ["EspalierTensor", "CEspalierHTTP"]),
    .target(
      name: "EspalierTraining",
      dependencies: [
        "EspalierTensor", "EspalierNN", "EspalierPruning", "EspalierData", "EspalierStatistics",
      ]),
    .target(
      name: "EspalierStudy",
      dependencies: [
        "EspalierTensor", "EspalierNN", "EspalierPruning", "EspalierData", "EspalierStatistics",
        "EspalierTraining", "CSQLite",
      ]),
    .target(
      name: "EspalierReport",
      dependencies: ["EspalierNN", "EspalierData", "EspalierStatistics", "EspalierTraining", "EspalierStudy"]),
    .target(
      name: "Espalier",
      dependencies: [
        "EspalierTensor", "EspalierNN", "EspalierPruning", "EspalierData", "EspalierStatistics",
        "EspalierTraining", "EspalierStudy", "EspalierReport",
      ]),
    .target(name: "EspalierCommand", dependencies: ["Espalier"]),
    .executableTarget(name: "espalier-cli", dependencies: ["EspalierCommand"], path: "Sources/espalier"),
    .target(name: "EspalierTestSupport", path: "Tests/EspalierTestSupport"),
    .testTarget(
      name: "EspalierTensorTests", dependencies: ["EspalierTensor", "CEspalierKernels", "EspalierTestSupport"]),
    .testTarget(name: "EspalierDataTests", dependencies: ["EspalierData", "EspalierTestSupport"]),
    .testTarget(name: "EspalierStatisticsTests", dependencies: ["EspalierStatistics"]),
    .testTarget(
      name: "EspalierCommandTests", dependencies: ["EspalierCommand", "EspalierStudy", "EspalierTestSupport"]),
    .testTarget(name: "EspalierRepositoryTests"),
    .testTarget(name: "EspalierNNTests", dependencies: ["EspalierNN"]),
    .executableTarget(
      name: "example-custom-training-loop", dependencies: ["Espalier"], path: "Examples/CustomTrainingLoop"),
    .executableTarget(name: "example-custom-model", dependencies: ["Espalier"], path: "Examples/CustomModel"),
    .executableTarget(name: "example-forecast", dependencies: ["Espalier"], path: "Examples/Forecast"),
    .executableTarget(name: "example-async-forecast", dependencies: ["Espalier"], path: "Examples/AsyncForecast"),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "EspalierTrainingTests",
      dependencies: ["EspalierTraining", "CAllocationCounter", "EspalierTestSupport"]),
    .testTarget(name: "EspalierPruningTests", dependencies: ["EspalierPruning"]),
    .testTarget(name: "EspalierStudyTests", dependencies: ["EspalierStudy", "EspalierTestSupport"]),
    .testTarget(name: "EspalierReportTests", dependencies: ["EspalierReport"]),
  ],
  cxxLanguageStandard: .cxx17
)
