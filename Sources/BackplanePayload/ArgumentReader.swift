// SPDX-License-Identifier: Apache-2.0

/// Reads the arguments of a call one after the other, in the order of its parameters.
///
/// | payload | means |
/// |---|---|
/// | an array | arguments by position |
/// | a map | arguments by name, in any order |
/// | nothing, null | no arguments; of one parameter: null |
/// | anything else | the one argument |
///
/// A parameter of optional type may be left out: by name anywhere, by position at the end.
/// Every error is `invalid-argument` and names the parameter.
public struct ArgumentReader: ~Copyable, ~Escapable {
    private enum Shape { case positions, names, single, none }

    private let shape: Shape
    private let names: [String]
    private var reader: ItemReader
    /// Where the first entry of a map is.
    private let first: Int
    /// How many arguments the payload holds; nil if they end with a break.
    private let count: Int?
    /// How many parameters were asked for.
    private var asked = 0
    /// How many arguments were taken.
    private var taken = 0

    /// Begins to read arguments for the parameters of these names.
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>, names: [String]) throws(PayloadError) {
        var reader = ItemReader(bytes)
        var shape = Shape.none
        var count: Int? = 0
        if !bytes.isEmpty {
            do throws(PayloadError) {
                let head = try reader.item()
                switch head.major {
                case .array:
                    shape = .positions
                    count = head.isIndefinite ? nil : try reader.count(of: head)
                case .map:
                    shape = .names
                    count = head.isIndefinite ? nil : try reader.count(of: head, itemsEach: 2)
                default:
                    if !(head.isNull && names.count != 1) {
                        shape = .single
                        count = 1
                        reader.position = 0
                    }
                }
            } catch {
                throw Self.malformed(error)
            }
        }
        self.names = names
        self.shape = shape
        self.count = count
        self.first = reader.position
        self.reader = reader
    }

    /// Reads the argument of the next parameter.
    public mutating func next<T: Decodable>(_ type: T.Type) throws(PayloadError) -> T {
        let parameter = asked
        asked += 1
        guard try find(parameter) else { return try absent(type, parameter) }
        taken += 1
        do throws(PayloadError) {
            return try CBOR.decode(type, with: &reader)
        } catch {
            throw Self.unreadable(name(parameter), error)
        }
    }

    // Put in words in one place: each plugin has a copy of what is inlined.
    @inline(never)
    private static func unreadable(_ name: String, _ error: PayloadError) -> PayloadError {
        PayloadError(
            .invalidArgument, "argument '\(name)': \(error.message)", cause: error.cause)
    }

    @inline(never)
    private static func malformed(_ error: PayloadError) -> PayloadError {
        PayloadError(.invalidArgument, "the arguments: \(error.message)")
    }

    /// Checks that every argument was taken.
    ///
    /// Without it, surplus arguments and names that no parameter has go unnoticed.
    public mutating func finish() throws(PayloadError) {
        switch shape {
        case .none: break
        case .names: try refuseOtherNames()
        case .positions, .single: try refuseSurplus()
        }
        do throws(PayloadError) {
            if count == nil { _ = reader.takeBreak() }
            try reader.expectEnd()
        } catch {
            throw Self.malformed(error)
        }
    }
}

extension ArgumentReader {
    /// Whether a payload is one argument by position: as good as always, where there is one parameter.
    package static func isOne(_ payload: Span<UInt8>) -> Bool {
        payload.count > 1 && payload[0] == 0x81
    }

    /// Reads the argument of a payload that is one, as a reader would.
    package static func only<T: Decodable>(
        _ type: T.Type, in payload: Span<UInt8>, names: [String]
    ) throws(PayloadError) -> T {
        var reader = ItemReader(payload)
        reader.position = 1
        let argument: T
        do throws(PayloadError) {
            argument = try CBOR.decode(type, with: &reader)
        } catch {
            throw unreadable(names.first ?? "1", error)
        }
        do throws(PayloadError) {
            try reader.expectEnd()
        } catch {
            throw malformed(error)
        }
        return argument
    }
}

extension ArgumentReader {
    private var hasMore: Bool {
        if let count { return taken < count }
        return reader.peek() != 0xff
    }

    private func name(_ parameter: Int) -> String {
        parameter < names.count ? names[parameter] : "\(parameter + 1)"
    }

    /// Goes to the argument of a parameter.
    @inline(__always)
    private mutating func find(_ parameter: Int) throws(PayloadError) -> Bool {
        switch shape {
        case .positions, .single: return hasMore
        case .none: return false
        case .names: return try find(named: name(parameter))
        }
    }

    private mutating func find(named name: String) throws(PayloadError) -> Bool {
        // Mostly names come in the order of the parameters: then the next entry is the one.
        if hasMore, reader.remaining > 0, try takeName(name) { return true }
        reader.position = first
        var left = count ?? Int.max
        do throws(PayloadError) {
            while left > 0 && !(count == nil && reader.peek() == 0xff) {
                if try takeName(name) { return true }
                try reader.skip(depth: 1)
                try reader.skip(depth: 1)
                left -= 1
            }
        } catch {
            throw Self.malformed(error)
        }
        return false
    }

    /// Takes the key of the next entry if it is this one.
    private mutating func takeName(_ name: String) throws(PayloadError) -> Bool {
        let start = reader.position
        do throws(PayloadError) {
            if try reader.key(is: name) { return true }
        } catch {
            throw PayloadError(.invalidArgument, "the names of arguments: \(error.message)")
        }
        reader.position = start
        return false
    }

    private mutating func absent<T>(_ type: T.Type, _ parameter: Int) throws(PayloadError) -> T {
        if let type = type as? any Omissible.Type, let value = type.omitted as? T { return value }
        // A name that is spelt wrong says more than the one that is missing because of it.
        if shape == .names { try refuseOtherNames() }
        throw PayloadError(
            .invalidArgument, "argument '\(name(parameter))' is missing; expected \(parameters)")
    }

    private func refuseSurplus() throws(PayloadError) {
        guard hasMore else { return }
        let given = count.map { "\($0)" } ?? "more than \(taken)"
        throw PayloadError(
            .invalidArgument, "expected \(parameters), but \(given) were given")
    }

    private mutating func refuseOtherNames() throws(PayloadError) {
        if count == taken && reader.remaining == 0 { return }
        reader.position = first
        var left = count ?? Int.max
        var seen: Set<ExactString> = []
        do throws(PayloadError) {
            while left > 0 && !(count == nil && reader.peek() == 0xff) {
                let key = try reader.key()
                guard names.contains(where: { ExactString($0) == ExactString(key) }) else {
                    throw PayloadError(
                        .invalidArgument, "there is no parameter '\(key)'; expected \(parameters)")
                }
                guard seen.insert(ExactString(key)).inserted else {
                    throw PayloadError(.invalidArgument, "argument '\(key)' is given twice")
                }
                try reader.skip(depth: 1)
                left -= 1
            }
        } catch {
            throw error.code == .invalidArgument
                ? error : PayloadError(.invalidArgument, "the arguments: \(error.message)")
        }
    }

    /// The parameters, for people.
    private var parameters: String {
        switch names.count {
        case 0: "no arguments"
        case 1: "1 argument: \(names[0])"
        default: "\(names.count) arguments: \(names.joined(separator: ", "))"
        }
    }
}

/// A type of which an argument may be left out.
protocol Omissible {
    static var omitted: Self { get }
}

extension Optional: Omissible {
    static var omitted: Wrapped? { nil }
}
