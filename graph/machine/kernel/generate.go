package kernel

//go:generate go run ./generate .
