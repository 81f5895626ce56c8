// The pruner in a training loop of one's own: plain gradient descent on a linear model that somebody else wrote.
//
// 64 inputs, of which 8 matter. Asked for a sparsity of 7/8, pruning has to find them.
import Espalier

var random = RandomStream(seed: 7, purpose: .generation)
let truth: [Float] = (0..<64).map { $0 % 8 == 0 ? Float($0 % 3 + 1) : 0 }
let samples = (0..<512).map { _ in (0..<64).map { _ in Float(random.nextNormal()) } }
let targets = samples.map { x in zip(x, truth).reduce(0) { $0 + $1.0 * $1.1 } + Float(0.1 * random.nextNormal()) }

let weight = Parameter(name: "weight", initial: Tensor(repeating: 0, shape: [1, 64]))
var pruning = PruningConfiguration.default
pruning.schedule = .lateCubic(LateCubicSchedule(low: 0, high: 0.875))

var pruner = try Pruner([weight], configuration: pruning, epochs: 20)
for epoch in 0..<20 {
  for (x, y) in zip(samples, targets) {
    let forecast = zip(x, weight.tensor.values).reduce(0) { $0 + $1.0 * $1.1 }
    try pruner.beforeOptimizerStep(epoch: epoch)
    weight.withValues { values in
      for index in values.indices { values[index] -= 0.005 * (forecast - y) * x[index] }
    }
    pruner.afterOptimizerStep()
  }
}

let kept = weight.tensor.values.indices.filter { weight.tensor.values[$0] != 0 }
print("Kept \(kept.count) of \(weight.count) weights: \(kept)")
print("All of them matter: \(kept.allSatisfy { truth[$0] != 0 })")
