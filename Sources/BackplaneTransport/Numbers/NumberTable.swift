// SPDX-License-Identifier: Apache-2.0

/// Values by numbers that are given out one after the other, found without hashing.
///
/// A number's place is its remainder; one that is taken goes to the next free place. As those that
/// are in at one time are close to each other, nearly all are where they belong, and a look costs a
/// few instructions. Numbers start from 1, and are this process's own: chosen by somebody else they
/// could all have one remainder.
///
/// Public, because the compiler specialises no generic code across modules that is less.
public struct NumberTable<Value> {
    /// The numbers by place, 0 where it is free; a power of two of them, at most half taken.
    @usableFromInline var numbers: [UInt64] = []
    @usableFromInline var contents: [Value?] = []
    @usableFromInline var total = 0
    /// How many are not where they belong.
    @usableFromInline var displaced = 0

    /// Makes an empty table, which takes no memory.
    public init() {}

    /// How many values there are.
    public var count: Int { total }
    /// Whether there is nothing in it.
    public var isEmpty: Bool { total == 0 }

    /// The values, in no order that means anything.
    public var values: [Value] { contents.compactMap { $0 } }

    /// The value of a number.
    @inlinable
    public subscript(number: UInt64) -> Value? {
        guard total > 0 else { return nil }
        let place = place(of: number)
        return numbers[place] == number ? contents[place] : nil
    }

    /// Puts a value in, in the place of one that is there for its number.
    @inlinable
    public mutating func insert(_ value: Value, for number: UInt64) {
        if total * 2 >= numbers.count { grow() }
        let place = place(of: number)
        if numbers[place] != number {
            total += 1
            if place != home(of: number) { displaced += 1 }
        }
        numbers[place] = number
        contents[place] = value
    }

    /// Takes the value of a number out.
    @inlinable
    @discardableResult
    public mutating func remove(_ number: UInt64) -> Value? {
        guard total > 0, number != 0 else { return nil }
        let hole = place(of: number)
        guard numbers[hole] == number else { return nil }
        let value = contents[hole].take()
        numbers[hole] = 0
        total -= 1
        if hole != home(of: number) { displaced -= 1 }
        if displaced > 0 { closeUp(hole) }
        return value
    }

    /// Moves those up that were pushed on past a hole, so that a look may end at a free place.
    @usableFromInline
    mutating func closeUp(_ start: Int) {
        var hole = start
        var place = (hole + 1) & mask
        while numbers[place] != 0 {
            let home = home(of: numbers[place])
            if (place &- home) & mask >= (place &- hole) & mask {
                numbers.swapAt(hole, place)
                contents.swapAt(hole, place)
                if hole == home { displaced -= 1 }
                hole = place
            }
            place = (place + 1) & mask
        }
    }

    /// Takes all values out.
    public mutating func removeAll() {
        self = NumberTable()
    }

    @inlinable var mask: Int { numbers.count - 1 }

    /// Where a number belongs.
    @inlinable
    @inline(__always)
    func home(of number: UInt64) -> Int { Int(truncatingIfNeeded: number) & mask }

    /// Where a number is, or would be.
    @inlinable
    @inline(__always)
    func place(of number: UInt64) -> Int {
        var place = home(of: number)
        while numbers[place] != number, numbers[place] != 0 { place = (place + 1) & mask }
        return place
    }

    @usableFromInline
    mutating func grow() {
        var larger = NumberTable()
        let size = max(16, numbers.count * 2)
        larger.numbers = Array(repeating: 0, count: size)
        larger.contents = Array(repeating: nil, count: size)
        for (number, value) in zip(numbers, contents) where number != 0 {
            guard let value else { continue }
            larger.insert(value, for: number)
        }
        self = larger
    }
}

extension NumberTable: Sendable where Value: Sendable {}
