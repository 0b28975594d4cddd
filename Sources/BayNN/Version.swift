// SPDX-License-Identifier: Apache-2.0
import CBayNN

@c @implementation
public func baynn_version() -> UInt32 { BAYNN_VERSION }
