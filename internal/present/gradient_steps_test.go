package present

import (
	"testing"

	"actscope/models/doctor"
)

func TestStepsThatAreWrongHaveTheirFormulas(t *testing.T) {
	s := stepsSection([]doctor.Step{
		{Name: "dZ2", Formula: "dZ2 = p - y", Given: []string{"z2", "y"}, Agrees: true, Sentence: "dZ2 is right given your z2"},
		{Name: "dW2", Formula: "dW2 = a1ᵀ dZ2 / 4", Given: []string{"a1", "dZ2"}, Sentence: "dW2 is twice a1ᵀ dZ2 / 4"},
	})
	if rows := s.Tables[0].Rows; len(rows) != 2 || rows[0][3] != "right" || rows[1][2] != "a1, dZ2" || rows[1][3] != "wrong" {
		t.Errorf("rows %v", rows)
	}
	if len(s.Parts) != 1 || s.Parts[0].Title != "dW2" || s.Parts[0].Formula != "dW2 = a1ᵀ dZ2 / 4" || s.Parts[0].Text[0] != "dW2 is twice a1ᵀ dZ2 / 4." {
		t.Errorf("parts %+v", s.Parts)
	}
	if s := stepsSection(nil); len(s.Text)+len(s.Tables)+len(s.Parts) > 0 {
		t.Error("a section of no steps")
	}
}
