package data

// BlobsConfig describes a set of two Gaussian clouds.
type BlobsConfig struct {
	Samples int     // points of both clouds together, 2 to MaxSamples
	Noise   float64 // standard deviation of each cloud in each coordinate, 0 or more
	Share   float64 // of class 1 among the points, as in Generate; 0 for even classes
	Seed    uint32  // of the set's own stream, for the centres, the points and the order of the rows
}

// Blobs returns two isotropic Gaussian clouds, one a class, around centres that
// are uniform over the square from -10 to 10. Noise is scikit-learn's
// cluster_std, whose default there is 1; unlike that of the other sets it has to
// be measured against centres some ten units apart. With an odd number of samples
// class 0 has one more. The points agree with
// sklearn.datasets.make_blobs(centers=2) within 1e-14.
func Blobs(c BlobsConfig) (Set, error) {
	return blobs.generate("BlobsConfig", sampling(c))
}

var blobs = generator{name: "blobs", odd: 0, draw: drawBlobs}

// drawBlobs draws both centres, then the clouds, then the order of the rows.
func drawBlobs(law, rng *RandomState, counts [2]int, noise float64) Set {
	const low, high = -10, 10
	var centres [2][2]float64
	for class := range centres {
		for j := range centres[class] {
			centres[class][j] = low + float64((high-low)*law.Float64())
		}
	}
	s := emptyPlane(counts[0] + counts[1])
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
