/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_STATUS_H
#define BAYNN_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a call came to: 0 is success, negative values are errors, and no function returns a
 *  positive value.
 *
 *  - -1 to -99: the library's own, BAYNN_ERROR_...
 *  - -100 to -999: reserved.
 *  - -1000 to -1999: devices that the library drives or emulates, BAYNN_CIM_DEVICE_... and
 *    BAYNN_CIM_EMULATOR_...
 *  - -2000 and below: errors of the caller's drivers and buses, which come out unchanged.
 *
 *  What else a driver or a bus may return says baynn/cim_driver.h. */
typedef int32_t baynn_status_t;

/** The call did what it promises. */
#define BAYNN_OK 0

/* The caller's errors. */

/** A pointer is NULL and the argument is not optional. */
#define BAYNN_ERROR_NULL (-1)
/** An argument or a member of a structure is outside of its range, struct_bytes is not the size
 *  of any version of that structure, or a member that this library does not know is not 0: see
 *  baynn/structure.h. */
#define BAYNN_ERROR_ARGUMENT (-2)
/** An image, storage, an object or a structure lies at an address that is not aligned as
 *  required. */
#define BAYNN_ERROR_ALIGNMENT (-3)
/** The storage is smaller than the size that the library asked for. */
#define BAYNN_ERROR_STORAGE (-4)
/** The call does not fit the state of the object: not initialised, or nothing begun. */
#define BAYNN_ERROR_STATE (-5)
/** The input does not have as many bytes as the model has input elements. */
#define BAYNN_ERROR_INPUT_SIZE (-6)
/** An input element is larger than the model's input_maximum. */
#define BAYNN_ERROR_INPUT_RANGE (-7)
/** The exact posterior would have more than 2^BAYNN_EXACT_SITES_MAX leaves: use the
 *  certified or the sampled one. Or the model has sampled_layers: use the sampled one. */
#define BAYNN_ERROR_POSTERIOR (-8)

/** The model needs a kind of layer, a head or a posterior that is not among the parts that
 *  it was opened with. */
#define BAYNN_ERROR_PART (-9)
/** An inference has been begun, and has no result yet: no leaf has been evaluated that counts. */
#define BAYNN_ERROR_NO_RESULT (-10)

/* Errors of a model image. */

/** The image is shorter than a header, or than it says it is. */
#define BAYNN_ERROR_IMAGE_TRUNCATED (-32)
/** The bytes do not begin like a BayNN image. */
#define BAYNN_ERROR_IMAGE_MAGIC (-33)
/** The image has a format that this library does not read. */
#define BAYNN_ERROR_IMAGE_FORMAT (-34)
/** The checksum does not match: the image has been damaged. */
#define BAYNN_ERROR_IMAGE_CRC (-35)
/** A section is unknown, missing, repeated, out of order, of another size than its
 *  content, or overruns the image. */
#define BAYNN_ERROR_IMAGE_SECTION (-36)
/** The sizes of layers, head and input do not fit together or are out of range, or
 *  there are more sites, or tensors that wait for a later layer, than the format allows. */
#define BAYNN_ERROR_IMAGE_SHAPE (-37)
/** A field has a value that the format does not allow, or a reserved one is not 0. */
#define BAYNN_ERROR_IMAGE_VALUE (-38)
/** The bits of a layer contradict each other: totals that are not those of the
 *  weights, or padding lanes that are not as the format demands. */
#define BAYNN_ERROR_IMAGE_WEIGHTS (-39)

/* Results of the self-test. */

/** The self-test ran and found a fault; the report says which. */
#define BAYNN_ERROR_SELF_TEST (-64)

/* Errors of arrays that compute in memory. */

/** A driver's table is too short, lacks an operation, or has a reserved bit set; or a driver or
 *  bus has returned a value that is not for it to return. */
#define BAYNN_ERROR_CIM_DRIVER (-80)
/** A driver tells a geometry that is out of range. */
#define BAYNN_ERROR_CIM_GEOMETRY (-81)
/** The model needs more arrays, or wider ones, than there are. */
#define BAYNN_ERROR_CIM_CAPACITY (-82)
/** An array does not hold its part of this model, or only some of it: program it. */
#define BAYNN_ERROR_CIM_NOT_PROGRAMMED (-83)
/** Cells do not hold what is written to them. */
#define BAYNN_ERROR_CIM_WRITE (-84)
/** A device stayed busy for longer than a driver waits. */
#define BAYNN_ERROR_CIM_TIMEOUT (-85)
/** There is no device that the driver knows at the other end of the bus. */
#define BAYNN_ERROR_CIM_DEVICE (-86)

/** The name of a status as it is written in these headers, such as "BAYNN_ERROR_NULL", or
 *  "unknown status". Never NULL; the string is constant. */
const char *baynn_status_name(baynn_status_t status);

#ifdef __cplusplus
}
#endif

#endif
