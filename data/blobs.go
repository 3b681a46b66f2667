package data

// BlobsConfig describes a set of Gaussian clouds.
type BlobsConfig struct {
	Samples int     // points of all clouds together, 2 to MaxSamples
	Noise   float64 // standard deviation of each cloud in each coordinate, 0 or more
	Share   float64 // of class 1 of two among the points, as in Generate; 0 for even classes
	Classes int     // clouds, 2 to MaxClasses; 0 stands for 2
	Seed    uint32  // of the set's own stream, for the centres, the points and the order of the rows
}

// Blobs returns isotropic Gaussian clouds, one a class, around centres that
// are uniform over the square from -10 to 10. Noise is scikit-learn's
// cluster_std, whose default there is 1; unlike that of the other sets it has to
// be measured against centres some ten units apart. Samples that the classes cannot share
// evenly go to the first of them, one each. The points agree with those of
// sklearn.datasets.make_blobs for as many centers within 1e-14.
func Blobs(c BlobsConfig) (Set, error) {
	return blobs.generate("BlobsConfig", GeneratorConfig{Samples: c.Samples, Noise: c.Noise, Share: c.Share, Classes: c.Classes, Seed: c.Seed}, 0)
}

var blobs = classGenerator{odd: 0, many: true, draw: drawBlobs}

// drawBlobs draws all centres, then the clouds, then the order of the rows.
func drawBlobs(law, rng *RandomState, counts []int, noise float64) Set {
	const low, high = -10, 10
	centres := make([][2]float64, len(counts))
	for class := range centres {
		for j := range centres[class] {
			centres[class][j] = low + float64((high-low)*law.Float64())
		}
	}
	s := emptyPlane(counts)
	for class, centre := range centres {
		for range counts[class] {
			for _, c := range centre {
				s.X = append(s.X, c+float64(noise*rng.NormFloat64()))
			}
			s.Y = append(s.Y, float64(class))
		}
	}
	return s.Select(rng.Permutation(s.Rows()))
}
