/* SPDX-License-Identifier: Apache-2.0
 *
 * How many instructions the runtime executes, through its public interface alone. A row
 * is a name without spaces and a number, then the ratio to the deterministic pass.
 */
#include "benchmark.h"
#include "console.h"
#include "instruction_counter.h"

int main(void) {
    instruction_counter_start();
    if (!instruction_counter_check()) {
        console_text("error: no instruction counter; run with run.sh --count\n");
        return 1;
    }
    const bool succeeded = benchmark_dense() && benchmark_convolution() && benchmark_digits() &&
                           benchmark_arrays() && benchmark_mlp() && benchmark_mnist() &&
                           benchmark_posterior();
    return succeeded ? 0 : 1;
}
