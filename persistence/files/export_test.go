package files

// ParseTrailer lets the fuzz test reach the parser.
var ParseTrailer = parseTrailer
