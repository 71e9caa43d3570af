// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "models/phy/fec_code.h"

namespace weft {

// Closed forms for independent bit errors. They use + - * / only, so that every machine computes
// the same bits: what a run draws is decided by them.

/// Chance that a symbol of `symbol_bits` bits holds at least one error: 1 - (1 - ber)^m.
/// `ber` is at most 0.5.
double symbol_error_rate(double ber, unsigned symbol_bits);

/// Probabilities of 0, 1, ... n successes in n trials of chance `p` below 1.
std::vector<double> binomial(unsigned n, double p);

/// Chance that a codeword of `n` symbols of `m` bits holds more than `t` bad ones:
/// the sum over i > t of C(n,i) p^i (1-p)^(n-i), p the symbol error rate.
double codeword_error_rate(double ber, unsigned n = 544, unsigned t = 15, unsigned m = 10);
double codeword_error_rate(double ber, const FecCode& code);

/// Chance that a decoder takes a word with more than t bad symbols for another codeword, does harm
/// to up to t more symbols and says nothing: about C(n,t) (q-1)^t / q^(n-k) with q = 2^m.
/// 0 without parity.
double miscorrection_rate(const FecCode& code);

}  // namespace weft
