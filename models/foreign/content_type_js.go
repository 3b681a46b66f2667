package foreign

// contentType is any: in a page package net/http would be 2 MB of the program.
func contentType([]byte) string { return "application/octet-stream" }
