// SPDX-License-Identifier: Apache-2.0

/// The program of the page about embedding: each section of it is a function here, so that what the
/// page shows is compiled and run.
public enum Guide {}
