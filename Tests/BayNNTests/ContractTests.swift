// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNSelfTest
import CBayNN
import Testing

@testable import BayNN

/// What the Swift modules and the C header both say is the same.
@Suite struct ContractTests {
  @Test func privateContentFitsItsStructures() {
    #expect(MemoryLayout<OpenModel>.size <= MemoryLayout<baynn_model_t>.size)
    #expect(MemoryLayout<OpenModel>.alignment <= MemoryLayout<baynn_model_t>.alignment)
    #expect(MemoryLayout<BegunSelfTest>.size <= MemoryLayout<baynn_self_test_t>.size)
    #expect(MemoryLayout<OpenArrays>.size <= MemoryLayout<baynn_cim_t>.size)
    #expect(MemoryLayout<OpenArrays>.alignment <= MemoryLayout<baynn_cim_t>.alignment)
    #expect(
      MemoryLayout<BegunSelfTest>.alignment <= MemoryLayout<baynn_self_test_t>.alignment)
  }

  @Test func faultsAreTheStatusesOfTheHeader() {
    let pairs: [(Fault, baynn_status_t)] = [
      (.null, BAYNN_ERROR_NULL), (.argument, BAYNN_ERROR_ARGUMENT),
      (.alignment, BAYNN_ERROR_ALIGNMENT), (.storage, BAYNN_ERROR_STORAGE),
      (.state, BAYNN_ERROR_STATE), (.inputSize, BAYNN_ERROR_INPUT_SIZE),
      (.inputRange, BAYNN_ERROR_INPUT_RANGE), (.posterior, BAYNN_ERROR_POSTERIOR),
      (.part, BAYNN_ERROR_PART), (.noResult, BAYNN_ERROR_NO_RESULT),
      (.imageTruncated, BAYNN_ERROR_IMAGE_TRUNCATED), (.imageMagic, BAYNN_ERROR_IMAGE_MAGIC),
      (.imageFormat, BAYNN_ERROR_IMAGE_FORMAT), (.imageCRC, BAYNN_ERROR_IMAGE_CRC),
      (.imageSection, BAYNN_ERROR_IMAGE_SECTION), (.imageShape, BAYNN_ERROR_IMAGE_SHAPE),
      (.imageValue, BAYNN_ERROR_IMAGE_VALUE), (.imageWeights, BAYNN_ERROR_IMAGE_WEIGHTS),
      (.selfTest, BAYNN_ERROR_SELF_TEST), (.cimDriver, BAYNN_ERROR_CIM_DRIVER),
      (.cimGeometry, BAYNN_ERROR_CIM_GEOMETRY), (.cimCapacity, BAYNN_ERROR_CIM_CAPACITY),
      (.cimNotProgrammed, BAYNN_ERROR_CIM_NOT_PROGRAMMED), (.cimWrite, BAYNN_ERROR_CIM_WRITE),
      (.cimTimeout, BAYNN_ERROR_CIM_TIMEOUT), (.cimDevice, BAYNN_ERROR_CIM_DEVICE),
    ]
    for (fault, status) in pairs { #expect(fault.status == status) }
  }

  @Test func constantsAgree() {
    #expect(UInt32(Arena.alignment) == BAYNN_STORAGE_ALIGNMENT)
    #expect(UInt32(SessionConfig.exactSitesMax) == BAYNN_EXACT_SITES_MAX)
    #expect(UInt32(SessionConfig.passesMax) == BAYNN_PASSES_MAX)
    #expect(TestBits.storage == BAYNN_TEST_STORAGE && TestBits.random == BAYNN_TEST_RANDOM)
    #expect(TestBits.kernels == BAYNN_TEST_KERNELS && TestBits.image == BAYNN_TEST_IMAGE)
    #expect(TestBits.model == BAYNN_TEST_MODEL && TestBits.array == BAYNN_TEST_ARRAY)
    #expect(TestBits.unit == BAYNN_TEST_UNIT)
    #expect(Posterior.exact.kind == Posterior.kinds + BAYNN_POSTERIOR_EXACT)
    #expect(Posterior.certified(cut: 1).kind == Posterior.kinds + BAYNN_POSTERIOR_CERTIFIED)
    #expect(
      Posterior.sampled(passes: 1, seed: 0).kind == Posterior.kinds + BAYNN_POSTERIOR_SAMPLED)
    #expect(Posterior.deterministic.kind == Posterior.kinds + BAYNN_POSTERIOR_DETERMINISTIC)
  }
}
