// The samples of the pages under Documentation, each in a function whose body a page shows.

try compareMethods()
try followResiduals()
try rollTheOrigin()
