// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::tb {

/// Chance that a Student-t variable with `nu` degrees of freedom (1 or more, need not be whole) is
/// below `t`.
double student_probability(double t, double nu);

/// The t that student_probability() gives `p` for; `p` in [0.001, 0.999]. Good to 1e-9 of itself.
double student_quantile(double p, double nu);

}  // namespace weft::tb
