// SPDX-License-Identifier: Apache-2.0

@_exported public import struct BackplanePayload.Bytes
@_exported public import enum BackplanePayload.Value
@_exported public import struct Logging.Logger
