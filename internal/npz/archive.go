package npz

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"actscope/internal/input"
)

// suffix of an entry's name; the array's name goes without.
const suffix = ".npy"

// What the values of an archive may take in memory: a small multiple of its
// size, enough for stored bytes (each becomes eight), and something for small
// archives of zeros, which deflate a thousandfold. An array in Fortran order
// takes its share twice while it is reordered.
const (
	memoryPerByte = 32
	memoryAlways  = 16 << 20
)

// ReadFile reads all arrays of the archive at path, which has to be a regular
// file. Errors are of type [input.Error], and name the array that they are about.
func ReadFile(path string) (Arrays, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	arrays, err := read(f, size)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	return arrays, nil
}

// Read reads all arrays of an archive of size bytes, in its order.
func Read(r io.ReaderAt, size int64) (Arrays, error) {
	arrays, err := read(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	return arrays, nil
}

func read(r io.ReaderAt, size int64) (Arrays, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are never used as paths
		return nil, fmt.Errorf("not an .npz archive, or a damaged one: %w", err)
	}
	memory := memoryAlways + memoryPerByte*size
	seen := map[string]bool{}
	arrays := make(Arrays, 0, len(archive.File))
	for _, entry := range archive.File {
		name, isArray := strings.CutSuffix(entry.Name, suffix)
		if !isArray {
			return nil, fmt.Errorf("entry %q is not an array: its name does not end in %s", entry.Name, suffix)
		}
		if err := register(seen, name); err != nil {
			return nil, err
		}
		a, err := readEntry(entry, &memory)
		if err != nil {
			return nil, about(name, err)
		}
		a.Name = name
		arrays = append(arrays, a)
	}
	return arrays, nil
}

// readEntry reads one array and takes what it occupies from the memory left.
func readEntry(entry *zip.File, memory *int64) (Array, error) {
	data, err := entry.Open()
	if err != nil {
		return Array{}, err
	}
	defer data.Close()
	return readArray(data, entry.UncompressedSize64, memory)
}

// ReadArrayFile reads the array of an .npy file, which has to be a regular file. Its name is
// left empty.
func ReadArrayFile(path string) (Array, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return Array{}, err
	}
	defer f.Close()
	memory := memoryAlways + memoryPerByte*size
	return readArray(bufio.NewReader(f), uint64(size), &memory)
}

// readArray reads an array of so many bytes, header included.
func readArray(data io.Reader, length uint64, memory *int64) (Array, error) {
	h, headerSize, err := readHeader(data)
	if err != nil {
		return Array{}, err
	}
	dtype, order, err := parseDescr(h.descr)
	if err != nil {
		return Array{}, err
	}
	count, err := elements(h.shape)
	if err != nil {
		return Array{}, err
	}
	if err := checkLength(length, headerSize, count, dtype); err != nil {
		return Array{}, err
	}
	if *memory -= int64(count) * bytesPerValue; *memory < 0 {
		return Array{}, fmt.Errorf("shape %v is far larger than the file: save it uncompressed (numpy.savez) if it is meant", h.shape)
	}
	values, err := readValues(data, count, dtype, order)
	if err != nil {
		return Array{}, err
	}
	if h.fortran {
		values = fromFortran(values, h.shape)
	}
	return Array{Shape: h.shape, Type: dtype, Values: values}, nil
}

// checkLength compares the length that the archive declares for an entry with
// what its shape needs, before anything is allocated.
func checkLength(declared uint64, headerSize, count int, dtype DType) error {
	need := uint64(count) * uint64(dtype.size())
	have := declared - uint64(headerSize)
	if declared < uint64(headerSize) || have < need {
		return fmt.Errorf("truncated: %d elements of %v need %d bytes after the header, the entry has %d in all", count, dtype, need, declared)
	}
	if have > need {
		return fmt.Errorf("%d bytes follow the %d elements of %v that the header announces", have-need, count, dtype)
	}
	return nil
}

// readValues reads count elements and the end of the entry, where the archive's
// checksum is compared.
func readValues(r io.Reader, count int, dtype DType, order binary.ByteOrder) ([]float64, error) {
	values := make([]float64, 0, count)
	const batch = 1024
	buffer := make([]byte, max(1, min(batch, count)*dtype.size()))
	for len(values) < count {
		n := min(len(buffer), (count-len(values))*dtype.size())
		if _, err := io.ReadFull(r, buffer[:n]); err != nil {
			return nil, fmt.Errorf("truncated or damaged after %d of %d elements: %w", len(values), count, err)
		}
		values = dtype.decode(values, buffer[:n], order)
	}
	switch n, err := io.ReadFull(r, buffer[:1]); {
	case n > 0:
		return nil, errors.New("data go on after the last element")
	case err != io.EOF:
		return nil, fmt.Errorf("damaged: %w", err)
	}
	return values, nil
}

// fromFortran returns values given with the first index fastest in C order.
func fromFortran(values []float64, shape []int) []float64 {
	ordered := make([]float64, len(values))
	index := make([]int, len(shape))
	for _, v := range values {
		at := 0
		for d, side := range shape {
			at = at*side + index[d]
		}
		ordered[at] = v
		for d := range index {
			if index[d]++; index[d] < shape[d] {
				break
			}
			index[d] = 0
		}
	}
	return ordered
}

// Fields of a zip entry's header, as numpy.savez sets them.
const (
	january1980 = 1<<5 | 1 // the format's first day: month and day of year 0
	zipVersion  = 20
	utf8Name    = 0x800
)

// Write writes the arrays as an archive that numpy.load reads: in the order
// given, in C order, little-endian. The same arrays give the same bytes. Nothing
// is written if an array cannot be: a name that is empty or occurs twice, values
// that do not fill the shape or do not fit the type.
//
// Entries are stored, not deflated: measured values shrink by a twentieth, for
// thirty times the time, and what is stored is never refused by Read as a bomb.
// Their sizes stand in front, which simple readers in C rely on.
func Write(w io.Writer, arrays []Array) error {
	seen := map[string]bool{}
	for _, a := range arrays {
		if err := register(seen, a.Name); err != nil {
			return fmt.Errorf("npz: %w", err)
		}
		if err := a.check(); err != nil {
			return fmt.Errorf("npz: array %q: %w", a.Name, err)
		}
	}
	archive := zip.NewWriter(w)
	for _, a := range arrays {
		if err := writeEntry(archive, a); err != nil {
			return fmt.Errorf("npz: array %q: %w", a.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("npz: %w", err)
	}
	return nil
}

func writeEntry(archive *zip.Writer, a Array) error {
	head := header{descr: a.Type.descr(), shape: a.Shape}.appendTo(nil)
	size := uint64(len(head)) + uint64(len(a.Values))*uint64(a.Type.size())
	sum := crc32.NewIEEE()
	if err := writeArray(sum, head, a); err != nil {
		return err
	}
	entry, err := archive.CreateRaw(&zip.FileHeader{
		Name:               a.Name + suffix,
		Method:             zip.Store,
		Flags:              utf8Name,
		CreatorVersion:     zipVersion,
		ReaderVersion:      zipVersion,
		CRC32:              sum.Sum32(),
		CompressedSize64:   size,
		UncompressedSize64: size,
		//lint:ignore SA1019 CreateRaw writes this field and not Modified
		ModifiedDate: january1980,
	})
	if err != nil {
		return err
	}
	return writeArray(entry, head, a)
}

// writeArray writes an entry's content: the .npy header and the elements.
func writeArray(w io.Writer, head []byte, a Array) error {
	out := bufio.NewWriter(w)
	if _, err := out.Write(head); err != nil {
		return err
	}
	const batch = 1024
	encoded := make([]byte, 0, min(batch, len(a.Values))*a.Type.size())
	for values := a.Values; len(values) > 0; {
		n := min(batch, len(values))
		encoded = a.Type.encode(encoded[:0], values[:n])
		if _, err := out.Write(encoded); err != nil {
			return err
		}
		values = values[n:]
	}
	return out.Flush()
}
