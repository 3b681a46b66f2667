package doctor_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// halves is a safetensors file of numbers of 16 bits, and classes or labels of 64: the bytes are put down here.
func halves(arrays []doctor.Array, kind, labels string) []byte {
	var header []string
	var data []byte
	for _, a := range arrays {
		begin, as := len(data), kind
		if a.Name == labels {
			as = "I64"
		}
		for _, v := range a.Values {
			switch as {
			case "I64":
				data = binary.LittleEndian.AppendUint64(data, uint64(int64(v)))
			case "BF16":
				data = binary.LittleEndian.AppendUint16(data, uint16((math.Float32bits(float32(v))+0x8000)>>16))
			default: // ±1.ffffffffff · 2^e
				fraction, exponent := math.Frexp(math.Abs(v))
				bits := uint16(0)
				if exponent > -14 {
					bits = uint16(exponent+14)<<10 + uint16(math.Round(fraction*2048)) - 1024
				}
				if v < 0 {
					bits |= 1 << 15
				}
				data = binary.LittleEndian.AppendUint16(data, bits)
			}
		}
		shape, _ := json.Marshal(a.Shape)
		header = append(header, fmt.Sprintf(`%q:{"dtype":%q,"shape":%s,"data_offsets":[%d,%d]}`, a.Name, as, shape, begin, len(data)))
	}
	text := "{" + strings.Join(header, ",") + "}"
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...), data...)
}

func TestNumbersOfSixteenBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 16))
	for _, kind := range []string{"F16", "BF16"} {
		right, told, named := 0, 0, 0
		for right < 20 {
			s := draw(rng)
			if s.rate != 1 || s.penalty > 0 || s.rows < 5 || s.loss == "mse" || len(s.w) != 2 || s.activation == "relu" {
				continue
			}
			right++
			for _, faults := range [][]planted{nil, {{"W-double", 1}}} {
				// Only the gradients and labels are rounded, as by code that computes in 32 bits.
				arrays, wrong := s.file(rng, faults)
				r, err := doctor.Judge(t.Context(), arrays, s.given(t))
				if err != nil {
					t.Fatal(err)
				}
				gradients := map[string]bool{r.Understood.Names["y"]: true}
				for _, a := range r.Arrays {
					gradients[a.Name] = true
				}
				some := slices.DeleteFunc(slices.Clone(arrays), func(a doctor.Array) bool { return !gradients[a.Name] })
				path := filepath.Join(t.TempDir(), "f.safetensors")
				if err := os.WriteFile(path, halves(some, kind, r.Understood.Names["y"]), 0o666); err != nil {
					t.Fatal(err)
				}
				rounded, err := doctor.Read(path, nil)
				if err != nil {
					t.Fatal(err)
				}
				for i, a := range arrays {
					if at := slices.IndexFunc(rounded, func(b doctor.Array) bool { return b.Name == a.Name }); at >= 0 {
						arrays[i] = rounded[at]
					}
				}
				r, err = doctor.Judge(t.Context(), arrays, s.given(t))
				if err != nil {
					t.Fatal(err)
				}
				ok, at := judged(r, faults, wrong)
				if faults == nil && (!ok || r.Verdict != doctor.Right) {
					t.Errorf("%s: right gradients are %s: %v", kind, r.Verdict, texts(r))
				}
				if ok && faults != nil {
					told++
				}
				if at && faults != nil {
					named++
				}
			}
		}
		if told < right || named < right-2 {
			t.Errorf("%s: of %d faults %d are judged, %d named", kind, right, told, named)
		}
	}
}
