/* SPDX-License-Identifier: Apache-2.0
 *
 * Structures that the caller fills in or receives. A structure only ever grows at its end, and
 * its first member, struct_bytes, says which version of it the caller was compiled with:
 *
 *     baynn_prediction_t prediction = BAYNN_INIT(baynn_prediction_t);
 *
 * A program works with a library that is older or newer than its headers, as long as it links:
 *
 * - What the caller fills in: members that the caller's structure lacks are read as 0, the
 *   default. Members that the library does not know must be 0, else BAYNN_ERROR_ARGUMENT.
 * - What the caller receives: members that the caller's structure lacks are not written. Members
 *   that the library does not know keep what the caller has set them to.
 *
 * Nothing is read or written beyond struct_bytes. A struct_bytes that is smaller than the first
 * published size of the structure, or larger than BAYNN_STRUCT_BYTES_MAX, is
 * BAYNN_ERROR_ARGUMENT; a structure that is not aligned as its type is BAYNN_ERROR_ALIGNMENT.
 */
#ifndef BAYNN_STRUCTURE_H
#define BAYNN_STRUCTURE_H

/** The largest struct_bytes: one that was never set is refused rather than believed. */
#define BAYNN_STRUCT_BYTES_MAX 4096u

/** Initialises a structure of this type: struct_bytes is set, all else is 0. In C it is the
 *  initialiser {.struct_bytes = sizeof(type)}, which may as well be written out, with more
 *  members if need be. */
#ifndef __cplusplus
#define BAYNN_INIT(type)                                                                           \
    { .struct_bytes = sizeof(type) }
#else
#define BAYNN_INIT(type) (baynn_init<type>())

extern "C++" {
#if __cplusplus >= 201402L
template <typename type> constexpr type baynn_init() {
#else
template <typename type> inline type baynn_init() {
#endif
    type structure = type();
    structure.struct_bytes = sizeof(type);
    return structure;
}
}
#endif

#endif
