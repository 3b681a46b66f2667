//go:build !js

package foreign

import "net/http"

// contentType is the kind of a file by how it begins; application/octet-stream is any.
func contentType(beginning []byte) string { return http.DetectContentType(beginning) }
