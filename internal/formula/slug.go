package formula

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxReadable bounds the part of a slug that can be read.
const maxReadable = 40

// Slug is a name for files and arrays of a formula in its one spelling: lower-case letters,
// digits and hyphens, begun by what can be read of the formula and ended by eight
// digits of its SHA-256, which tell apart what reads alike.
func Slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') })
	readable := strings.Join(words, "-")
	readable = strings.Trim(readable[:min(len(readable), maxReadable)], "-")
	sum := sha256.Sum256([]byte(text))
	return readable + "-" + hex.EncodeToString(sum[:4])
}
