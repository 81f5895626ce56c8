// A forecaster of one's own from the tape's operations, trained with the library's optimizer and pruner.
//
// Two dense layers over the flattened look-back of a sine with noise.
import Espalier

struct TwoLayers {
  let first: Parameter
  let firstBias: Parameter
  let second: Parameter
  let secondBias: Parameter

  init(inputs: Int, hidden: Int, using random: inout RandomStream) {
    func parameter(_ name: String, _ shape: [Int]) -> Parameter {
      var tensor = Tensor(repeating: 0, shape: shape)
      for index in tensor.values.indices { tensor.values[index] = Float(0.3 * random.nextNormal()) }
      return Parameter(name: name, initial: tensor)
    }
    first = parameter("first.weight", [hidden, inputs])
    firstBias = parameter("first.bias", [hidden])
    second = parameter("second.weight", [1, hidden])
    secondBias = parameter("second.bias", [1])
  }

  var parameters: [Parameter] { [first, firstBias, second, secondBias] }

  func forward(_ x: Variable, on tape: Tape) -> Variable {
    let middle = tape.relu(tape.linear(x, weight: first, bias: firstBias))
    return tape.linear(middle, weight: second, bias: secondBias)
  }
}

let (lookback, lanes) = (16, 64)
var random = RandomStream(seed: 3, purpose: .generation)
let model = TwoLayers(inputs: lookback, hidden: 32, using: &random)
let parameters = model.parameters
let series = (0..<600).map { Float(0.1 * random.nextNormal()) + Float(($0 % 24) < 12 ? 1 : -1) }
let tape = Tape()
var optimizer = Adam()
var pruner = try Pruner(parameters, epochs: 20)
var losses: [Double] = []
for epoch in 0..<20 {
  for step in 0..<25 {
    tape.reset()
    let starts = (0..<lanes).map { ($0 * 7 + step * 3) % (series.count - lookback - 1) }
    let x = tape.input(steps: 1, rows: lookback, lanes: lanes) { memory in
      for row in 0..<lookback { for lane in 0..<lanes { memory[row * lanes + lane] = series[starts[lane] + row] } }
    }
    let y = tape.input(steps: 1, rows: 1, lanes: lanes) { memory in
      for lane in 0..<lanes { memory[lane] = series[starts[lane] + lookback] }
    }
    let loss = tape.loss(.meanSquaredError, forecast: model.forward(x, on: tape), target: y, samples: lanes)
    for parameter in parameters { parameter.zeroGradient() }
    tape.backward(from: loss)
    try pruner.beforeOptimizerStep(epoch: epoch)
    optimizer.step(parameters, learningRate: 1e-2)
    losses.append(loss.value)
  }
}

print("Loss fell to less than a tenth: \(losses[losses.count - 1] < 0.1 * losses[0])")
print(pruner.report)
