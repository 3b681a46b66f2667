package data_test

import (
	"fmt"
	"log"
	"strings"

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

// The table of generators, and a set in which class 1 is rare.
func ExampleGenerate() {
	fmt.Println(data.GeneratorNames())
	set, err := data.Generate(data.GeneratorConfig{Name: "circles", Samples: 400, Noise: 0.05, Share: 0.1, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(set.ClassRows(0)), "on the outer circle,", len(set.ClassRows(1)), "on the inner one")

	_, err = data.Generate(data.GeneratorConfig{Name: "circle", Samples: 400})
	fmt.Println(err)
	// Output:
	// [moons circles blobs xor spirals regression]
	// 360 on the outer circle, 40 on the inner one
	// GeneratorConfig.Name: "circle": it has to be one of moons, circles, blobs, xor, spirals, regression: did you mean circles?
}

// sklearn.datasets.make_circles(n_samples=400, noise=0.05, factor=0.5,
// random_state=42) gives the same points.
func ExampleCircles() {
	set, err := data.Circles(data.CirclesConfig{Samples: 400, Noise: 0.05, Factor: 0.5, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.6f of class %v\n", set.Row(0), set.Y[0])
	// Output: [0.453083 0.178337] of class 1
}

// Three classes, a quarter of each held out.
func ExampleSplit() {
	set, err := data.Blobs(data.BlobsConfig{Classes: 3, Samples: 40, Noise: 1, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	_, test, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42, Stratify: true})
	if err != nil {
		log.Fatal(err)
	}
	for class := range set.Targets.Classes() {
		fmt.Println(len(test.ClassRows(class)), "of", len(set.ClassRows(class)))
	}
	// Output:
	// 4 of 14
	// 3 of 13
	// 3 of 13
}

// Classes by a comparison, and a number to predict by name = value.
func ExampleFormula() {
	set, names, err := data.Formula(data.FormulaConfig{Formula: "x2 > sin(3*x1)", Samples: 400, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names.Classes, len(set.ClassRows(1)))
	set, names, err = data.Formula(data.FormulaConfig{Formula: "area = abs(x1*x2)", Samples: 400, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s of %.3f is %.3f\n", names.Targets[0], set.Row(0), set.Y[0])
	_, _, err = data.Formula(data.FormulaConfig{Formula: "area = x1**x2", Samples: 400})
	fmt.Println(err)
	// Output:
	// [x2<=sin(3*x1) x2>sin(3*x1)] 205
	// area of [-0.502 1.803] is 0.905
	// FormulaConfig.Formula: x1**x2: column 3: ** is no operator here: write pow(x1,x2)
}

// sklearn.datasets.make_regression(n_samples=100, n_features=2, n_informative=2, noise=5,
// random_state=42) gives the same points, whose targets are standardised for training.
func ExampleLinearTargets() {
	set, err := data.LinearTargets(data.RegressionConfig{Samples: 100, Noise: 5, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	z, err := data.StandardiseTargets(set)
	if err != nil {
		log.Fatal(err)
	}
	y := []float64{set.Y[0]}
	if err := z.Apply(y); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f at %.4f is %.4f\n", set.Y[0], set.Row(0), y)
	if err := z.Undo(y); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", y)
	// Output:
	// -52.5757 at [-1.1913 0.6566] is [-0.4252]
	// [-52.5757]
}

// The column decides whether there are classes, labels or numbers to predict.
func ExampleReadCSV_targets() {
	const houses = "rooms,garden,lift,price\n3,1,0,210.5\n5,1,1,455\n2,0,1,180\n"
	for _, c := range []data.CSVConfig{{Label: "rooms"}, {Label: "garden,lift"}, {Label: "price", Task: "regression"}} {
		set, names, err := data.ReadCSV(strings.NewReader(houses), c)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(names.Targets, set.Targets.Task, names.Classes, set.Y)
	}
	// Output:
	// [rooms] classes [2 3 5] [1 2 0]
	// [garden lift] labels [] [1 0 1 1 0 1]
	// [price] regression [] [210.5 455 180]
}

// A file's own names for its columns and classes come with its set.
func ExampleReadCSV() {
	const flowers = `petal length,petal width,species
1.4,0.2,setosa
4.7,1.4,versicolor
1.3,0.2,setosa
`
	set, names, err := data.ReadCSV(strings.NewReader(flowers), data.CSVConfig{Name: "flowers.csv"})
	if err != nil {
		log.Fatal(err)
	}
	for i, class := range set.Y {
		fmt.Println(set.Row(i), class, names.Classes[int(class)])
	}

	_, _, err = data.ReadCSV(strings.NewReader(flowers+"4.5,,versicolor\n"), data.CSVConfig{Name: "flowers.csv"})
	fmt.Println(err)
	// Output:
	// [1.4 0.2] 0 setosa
	// [4.7 1.4] 1 versicolor
	// [1.3 0.2] 0 setosa
	// flowers.csv:5:2: petal width: the value is missing
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
