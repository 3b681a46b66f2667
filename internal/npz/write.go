package npz

import (
	"archive/zip"
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
)

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
