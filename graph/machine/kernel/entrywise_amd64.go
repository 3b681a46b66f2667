package kernel

// loopsOf gives the assembly for a precision, nil if the portable kernels compute.
func loopsOf[T Float]() *loops[T] {
	if !vectors {
		return nil
	}
	if l, ok := any(&loops64).(*loops[T]); ok {
		return l
	}
	return any(&loops32).(*loops[T])
}

var loops64 = loops[float64]{
	add: addF64, sub: subF64, mul: mulF64, div: divF64,
	addNumber: addNumberF64, subFrom: subFromF64, mulNumber: mulNumberF64, divNumber: divNumberF64,
	divInto: divIntoF64,
	neg:     negF64, square: squareF64, relu: reluF64, step: stepF64,
	exp: expF64, log: logF64, expBelow: expBelowF64, expm1Below: expm1BelowF64, tanh: tanhF64, sigmoid: sigmoidF64,
	normal: normalF64, normalDensity: normalDensityF64,
	softplus: softplusF64, sigmoids: sigmoidsF64, sigmoidSoftplus: sigmoidSoftplusF64, gate: gateF64,
	tripleProduct: tripleProductF64, weightedSum: weightedSumF64, descend: descendF64,
	sum: sumF64, sumSquares: sumSquaresF64, vanish: vanishF64, residualSum: residualSumF64,
	crossEntropySum: crossEntropySumF64, sumColumns: sumColumnsF64,
	addMultiples: addMultiplesF64, addMultiplesWide: addMultiplesWideF64, gateFrom: gateFromF64, keptQuotient: keptQuotientF64,
	poolPairs: poolPairsF64, poolPairsSlope: poolPairsSlopeF64, notZeros: notZerosF64,
}

var loops32 = loops[float32]{
	add: addF32, sub: subF32, mul: mulF32, div: divF32,
	addNumber: addNumberF32, subFrom: subFromF32, mulNumber: mulNumberF32, divNumber: divNumberF32,
	divInto: divIntoF32,
	neg:     negF32, square: squareF32, relu: reluF32, step: stepF32,
	exp: expF32, log: logF32, expBelow: expBelowF32, expm1Below: expm1BelowF32, tanh: tanhF32, sigmoid: sigmoidF32,
	normal: normalF32, normalDensity: normalDensityF32,
	softplus: softplusF32, sigmoids: sigmoidsF32, sigmoidSoftplus: sigmoidSoftplusF32, gate: gateF32,
	tripleProduct: tripleProductF32, weightedSum: weightedSumF32, descend: descendF32,
	sum: sumF32, sumSquares: sumSquaresF32, vanish: vanishF32, residualSum: residualSumF32,
	crossEntropySum: crossEntropySumF32, sumColumns: sumColumnsF32,
	addMultiples: addMultiplesF32, addMultiplesWide: addMultiplesWideF32, gateFrom: gateFromF32, keptQuotient: keptQuotientF32,
	poolPairs: poolPairsF32, poolPairsSlope: poolPairsSlopeF32, notZeros: notZerosF32,
}
