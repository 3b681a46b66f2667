package viz

import "testing"

func TestVisualOrder(t *testing.T) {
	for _, c := range []struct{ logical, visual string }{
		{"plain text", "plain text"},
		{"אבג", "גבא"},
		{"abc אבג def", "abc גבא def"},
		{"אבג def", "def גבא"},
		{"אבג 123", "123 גבא"},
		{"abc אבג 123 דה xyz", "abc הד 123 גבא xyz"},
		{"אב (גד) הו", "וה (דג) בא"},
		{"ab (אב)", "ab (בא)"},
		{"אב 1,234.5 גד", "דג 1,234.5 בא"},
		{"x אב 12, y", "x 12 בא, y"},
		{"abc ٤٢ אב", "abc בא ٤٢"},
		{"abc אב12 def", "abc 12בא def"},
		{"אב 5% def", "def 5% בא"},
		{"loss 0.25 אב 3", "loss 0.25 3 בא"},
		{"אב <x> גד", "דג <x> בא"},
		{"٤ - ٢", "٢ - ٤"},
		{"ab ܐܒ cd", "ab ܒܐ cd"},
		{"", ""},
	} {
		if got := visualOrder(c.logical); got != c.visual {
			t.Errorf("%q is written %q, want %q", c.logical, got, c.visual)
		}
	}
}

func TestArabicLettersJoin(t *testing.T) {
	for _, c := range []struct{ letters, joined string }{
		{"سلام", "ﺳﻼﻡ"}, // seen initial, lam-alef final, meem alone
		{"بيت", "ﺑﻴﺖ"},
		{"دار", "ﺩﺍﺭ"}, // none of these joins to the left
		{"لا", "ﻻ"},
	} {
		if got := string(joinArabic([]rune(c.letters))); got != c.joined {
			t.Errorf("%q joins to %+q, want %+q", c.letters, got, c.joined)
		}
	}
}
