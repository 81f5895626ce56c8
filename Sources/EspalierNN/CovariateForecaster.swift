import EspalierTensor

/// What a forecast is made from.
public struct ForecastInputs {
  /// The look-back, `[lookback, features, lanes]`, normalized.
  public var series: Variable
  /// What is known of the forecast steps, `[1, horizon * futureCovariates, lanes]`, step after step; nil when nothing is.
  public var future: Variable?
  /// What does not change within a series, `[1, staticCovariates, lanes]`; nil when there is nothing.
  public var statics: Variable?

  /// Puts inputs together.
  public init(series: Variable, future: Variable? = nil, statics: Variable? = nil) {
    self.series = series
    self.future = future
    self.statics = statics
  }
}

/// Any forecaster with a linear effect of covariates on top: `forecast + W_future vec(future) + W_static statics`.
///
/// The covariates don't pass through the forecaster, so every kind takes them, and one without covariates is not wrapped.
final class CovariateForecaster: ForecastModel {
  let configuration: ModelConfiguration
  let parameters: [Parameter]
  private let base: any ForecastModel
  private let future: Parameter?
  private let statics: Parameter?

  /// Puts covariates on top of a model whose configuration asks for them.
  init(_ base: any ForecastModel, seed: UInt64) {
    self.base = base
    configuration = base.configuration
    // Streams behind those of the model, so that its initial weights are what they are without covariates.
    var initializer = ParameterInitializer(seed: seed, skipping: base.parameters.count)
    func weight(_ name: String, inputs: Int, bound: Double) -> Parameter? {
      guard inputs > 0 else { return nil }
      return initializer.uniform(
        "covariates.\(name).weight", [base.configuration.covariateOutputs, inputs], bound: bound)
    }
    let inputs = configuration.horizon * (configuration.futureCovariates ?? 0)
    future = weight("future", inputs: inputs, bound: 1 / Double(max(1, inputs)).squareRoot())
    // A category that no training window has would keep its first effect for good, so there is none at first.
    statics = weight("static", inputs: configuration.staticCovariates ?? 0, bound: 0)
    parameters = base.parameters + [future, statics].compactMap { $0 }
  }

  var buffers: [ModelBuffer] { base.buffers }

  var prunableParameters: [Parameter] { base.prunableParameters + [future, statics].compactMap { $0 } }

  /// The forecast of the series alone: what covariates of 0 give.
  func forward(_ x: Variable, on tape: Tape) -> Variable { base.forward(x, on: tape) }

  func forward(_ inputs: ForecastInputs, on tape: Tape) -> Variable {
    var forecast = base.forward(inputs, on: tape)
    if let future, let x = inputs.future {
      forecast = tape.adding(tape.linear(x, weight: future, bias: nil), to: forecast)
    }
    if let statics, let x = inputs.statics {
      forecast = tape.adding(tape.linear(x, weight: statics, bias: nil), to: forecast)
    }
    return forecast
  }
}

extension CovariateForecaster: FreezableModel {
  func frozen(costs: SparseCostModel) -> any FrozenNetwork {
    guard let base = base as? any FreezableModel else { return TapeNetwork(self) }
    return FrozenCovariateNetwork(
      base.frozen(costs: costs), configuration: configuration, future: future, statics: statics, costs: costs)
  }
}

extension ModelConfiguration {
  /// Floats that one sample's inputs take: the look-back, then what is known of the forecast steps, then what is static.
  public var inputsPerSample: Int {
    lookback * features + horizon * (futureCovariates ?? 0) + (staticCovariates ?? 0)
  }

  /// Whether forecasts depend on more than the look-back.
  var hasCovariates: Bool { (futureCovariates ?? 0) + (staticCovariates ?? 0) > 0 }

  /// Numbers that a model makes of one sample, which are what covariates have an effect on.
  var covariateOutputs: Int { outputCount }

  /// The number of weights of the covariates.
  var covariateWeights: Double {
    let inputs = Double(horizon) * Double(futureCovariates ?? 0) + Double(staticCovariates ?? 0)
    return Double(covariateOutputs) * inputs
  }
}
