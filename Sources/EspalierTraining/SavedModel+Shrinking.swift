import EspalierNN

extension SavedModel {
  /// The same forecasts from smaller matrices, and what went.
  ///
  /// - Throws: ``SavedModelError/dropsWhileForecasting`` for a model with Monte Carlo dropout, whose forecasts draw a
  ///   number for every unit and would come out differently without some; `ModelError` when the model contradicts its
  ///   configuration.
  public func shrunk() throws -> (model: SavedModel, report: ShrinkReport) {
    guard run.regularizer.makeRegularizer().passes(preparation.task.evaluation) == 1 else {
      throw SavedModelError.dropsWhileForecasting
    }
    let (smaller, report) = try model.shrunk()
    return (replacing(smaller), report)
  }

  /// The same model with another's weights and sizes.
  func replacing(_ other: any ForecastModel) -> SavedModel {
    var changed = run
    changed.model = other.configuration
    return SavedModel(model: other, run: changed, preparation: preparation, reading: reading, extent: extent)
  }
}
