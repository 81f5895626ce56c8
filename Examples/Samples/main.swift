// The samples of the pages under Documentation and of comments, each in a function whose body is shown there.

try compareMethods()
try followResiduals()
try await forecastADay()
