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
    /// What lies at a place: its number, 0 where it is free, and the value.
    @usableFromInline
    struct Place {
        @usableFromInline var number: UInt64
        @usableFromInline var value: Value?

        @usableFromInline
        init(number: UInt64, value: Value?) {
            self.number = number
            self.value = value
        }
    }

    /// A power of two of places, at most half of them taken.
    @usableFromInline var places: [Place] = []
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
    public var values: [Value] { places.compactMap(\.value) }

    /// The value of a number.
    @inlinable
    public subscript(number: UInt64) -> Value? {
        guard total > 0 else { return nil }
        let place = place(of: number)
        return places[place].number == number ? places[place].value : nil
    }

    /// Puts a value in, in the place of one that is there for its number.
    @inlinable
    public mutating func insert(_ value: consuming Value, for number: UInt64) {
        if total * 2 >= places.count { grow() }
        let place = place(of: number)
        if places[place].number != number {
            total += 1
            if place != home(of: number) { displaced += 1 }
        }
        places[place] = Place(number: number, value: value)
    }

    /// Takes the value of a number out.
    @inlinable
    @discardableResult
    public mutating func remove(_ number: UInt64) -> Value? {
        guard total > 0, number != 0 else { return nil }
        let hole = place(of: number)
        guard places[hole].number == number else { return nil }
        let value = places[hole].value.take()
        places[hole].number = 0
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
        while places[place].number != 0 {
            let home = home(of: places[place].number)
            if (place &- home) & mask >= (place &- hole) & mask {
                places.swapAt(hole, place)
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

    @inlinable var mask: Int { places.count - 1 }

    /// Where a number belongs.
    @inlinable
    @inline(__always)
    func home(of number: UInt64) -> Int { Int(truncatingIfNeeded: number) & mask }

    /// Where a number is, or would be.
    @inlinable
    @inline(__always)
    func place(of number: UInt64) -> Int {
        var place = home(of: number)
        while places[place].number != number, places[place].number != 0 {
            place = (place + 1) & mask
        }
        return place
    }

    @usableFromInline
    mutating func grow() {
        var larger = NumberTable()
        larger.places = Array(
            repeating: Place(number: 0, value: nil), count: max(16, places.count * 2))
        for place in places where place.number != 0 {
            guard let value = place.value else { continue }
            larger.insert(value, for: place.number)
        }
        self = larger
    }
}

extension NumberTable.Place: Sendable where Value: Sendable {}
extension NumberTable: Sendable where Value: Sendable {}
