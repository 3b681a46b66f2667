package data_test

import (
	"fmt"
	"log"

	"actscope/data"
)

// The article's data: moons, standardised, a quarter of the rows held back.
func Example() {
	raw, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	set, _, err := data.Standardise(raw)
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Rows(), "rows to train on,", test.Rows(), "to test")
	fmt.Printf("first: %.4f of class %v\n", train.Row(0), train.Y[0])
	// Output:
	// 300 rows to train on, 100 to test
	// first: [-0.6772 1.0612] of class 0
}

// numpy.random.RandomState(42) gives the same numbers.
func ExampleRandomState() {
	rng := data.NewRandomState(42)
	fmt.Printf("%.8f %.8f\n", rng.NormFloat64(), rng.NormFloat64())
	rng.Seed(42)
	fmt.Printf("%.8f\n", rng.Float64())
	fmt.Println(rng.Permutation(5))
	// Output:
	// 0.49671415 -0.13826430
	// 0.37454012
	// [0 1 3 2 4]
}

// Points met later are scaled as the set was.
func ExampleStandardiser_Apply() {
	set := data.Set{X: []float64{1, 10, 3, 30}, Columns: 2, Y: []float64{0, 1}}
	_, z, err := data.Standardise(set)
	if err != nil {
		log.Fatal(err)
	}
	point := []float64{4, 20}
	if err := z.Apply(point); err != nil {
		log.Fatal(err)
	}
	fmt.Println(point)
	// Output: [2 0]
}

// The row of class 1 farthest from the mean of class 0.
func ExampleSet_Farthest() {
	set := data.Set{X: []float64{0, 1, 5, 3}, Columns: 1, Y: []float64{0, 0, 1, 1}}
	mean, err := set.ClassMean(0)
	if err != nil {
		log.Fatal(err)
	}
	row, err := set.Farthest(1, mean)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mean, row)
	// Output: [0.5] 2
}
