package claims

import "actscope/internal/study/geometry"

// Number is a value that JSON writes as null where it could not be measured.
type Number = geometry.Number
