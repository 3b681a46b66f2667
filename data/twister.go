package data

const (
	twisterWords = 624
	twisterAhead = 397 // words from one to the one that it is mixed with
	twisterTop   = 1 << 31
)

// twister is MT19937, the 32-bit Mersenne Twister of M. Matsumoto and T. Nishimura
// (ACM Transactions on Modeling and Computer Simulation 8, 1998). With gonum's, which
// hands out words one by one behind a call, a permutation takes half as long again:
// see BenchmarkPermutation. Shuffles are an eighth of the study's training.
type twister struct {
	words [twisterWords]uint32
	used  int
}

// seed starts anew as init_genrand of the authors' mt19937ar.c does.
func (t *twister) seed(seed uint32) {
	t.words[0] = seed
	for i := 1; i < twisterWords; i++ {
		before := t.words[i-1]
		t.words[i] = 1812433253*(before^before>>30) + uint32(i)
	}
	t.used = twisterWords
}

// next draws a word.
func (t *twister) next() uint32 {
	if t.used == twisterWords {
		t.twist()
	}
	word := t.words[t.used]
	t.used++
	return temper(word)
}

// left are the words to draw next, at least one, before tempering. Whoever draws some
// adds their number to used.
func (t *twister) left() []uint32 {
	if t.used == twisterWords {
		t.twist()
	}
	return t.words[t.used:]
}

// twist replaces all words.
func (t *twister) twist() {
	w := &t.words
	const turn = twisterWords - twisterAhead
	for i := range turn {
		w[i] = w[i+twisterAhead] ^ mix(w[i], w[i+1])
	}
	for i := turn; i < twisterWords-1; i++ {
		w[i] = w[i-turn] ^ mix(w[i], w[i+1])
	}
	w[twisterWords-1] = w[twisterAhead-1] ^ mix(w[twisterWords-1], w[0])
	t.used = 0
}

// mix joins the top bit of one word to the other bits of the next.
func mix(word, after uint32) uint32 {
	y := word&twisterTop | after&^twisterTop
	return y>>1 ^ -(y&1)&0x9908b0df
}

func temper(y uint32) uint32 {
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// isStuck reports the one state from which a twister yields zeros for ever, so that no
// rejection loop ends. Of the first word only the top bit takes part in the recurrence.
func (t *twister) isStuck() bool {
	live := t.words[0] & twisterTop
	for _, word := range t.words[1:] {
		live |= word
	}
	return live == 0
}
