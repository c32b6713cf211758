// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc

/// What the watching thread does: takes orders and events, and looks at files when it is time.
///
/// Events say when to look, never what to find. All that is reported was seen in the file system
/// after its directories were watched, so an event that is lost, late or misread costs time only.
struct WatchLoop {
    private let mailbox: WatchMailbox
    private let options: WatchOptions
    private let observer: WatchObserver
    private var files: [String: WatchedFile] = [:]
    private var index = TrailIndex()
    private var events: (any DirectoryEvents)?
    private var watches: DirectoryWatches?
    /// What was warned of and still holds.
    private var warnings: Set<String> = []
    /// Whether nobody tells of some directory.
    private var isBlind = false
    private var nextPoll = Instant.distantPast
    private var nextArming = Instant.distantPast

    init(_ mailbox: WatchMailbox, _ options: WatchOptions, _ observer: WatchObserver) {
        self.mailbox = mailbox
        self.options = options
        self.observer = observer
    }

    /// Runs until the mailbox is closed.
    mutating func run() {
        while true {
            let orders = mailbox.take()
            guard !orders.isClosed else { return }
            if let paths = orders.paths { watch(paths) }
            takeEvents()
            if orders.isRescanWanted { noteAll(.doubted) }
            poll()
            look()
            wait()
        }
    }

    private mutating func watch(_ paths: [String: WatchMailbox.Start]) {
        files = files.filter { paths[$0.key] != nil }
        for (path, start) in paths where files[path] == nil {
            files[path] = WatchedFile(path, start, options.rules(for: path), at: .now)
        }
        arm()
    }

    private mutating func noteAll(_ signal: SettleDetector.Signal) {
        let now = Instant.now
        for path in files.keys { files[path]?.note(signal, at: now) }
    }

    // MARK: Events

    private mutating func takeEvents() {
        guard let events, let watches else { return }
        let news = events.read()
        guard !news.isEmpty else { return }
        let now = Instant.now
        var isArmingNeeded = false
        var moved: Set<String> = []
        for event in news {
            if event.kind == .overflow {
                noteAll(.doubted)
                isArmingNeeded = true
            }
            for directory in watches.paths(event.watch) {
                if event.kind == .displaced {
                    isArmingNeeded = true
                    for path in index.paths(through: directory) {
                        files[path]?.note(.relinked, at: now)
                    }
                    continue
                }
                for entry in index.entries(directory, event.name) {
                    guard let signal = Self.signal(event.kind, entry.role) else { continue }
                    files[entry.path]?.note(signal, at: now)
                    guard Self.isMove(event.kind) else { continue }
                    // Its directory may go next, and one that somebody stands in goes unheard.
                    if entry.role != .file || event.kind == .left {
                        isArmingNeeded = true
                    } else {
                        moved.insert(entry.path)
                    }
                }
            }
        }
        // A file over a file needs nothing; a link or a directory over a file does.
        if isArmingNeeded || moved.contains(where: { files[$0]?.trail != PathTrail($0) }) { arm() }
    }

    /// What an event at a step of a file's trail says about the file.
    private static func signal(
        _ kind: DirectoryEvent.Kind, _ role: PathTrail.Step.Role
    ) -> SettleDetector.Signal? {
        guard role == .file || role == .absent else { return isMove(kind) ? .relinked : nil }
        switch kind {
        case .modified: return .written
        case .created: return .created
        case .closed, .arrived: return .finished
        case .left, .attributes, .displaced: return .relinked
        case .overflow: return .doubted
        }
    }

    private static func isMove(_ kind: DirectoryEvent.Kind) -> Bool {
        kind == .created || kind == .arrived || kind == .left
    }

    // MARK: Watches

    /// Has all directories watched that are on the way to a file, now.
    private mutating func arm() {
        nextArming = Instant.now.advanced(by: options.pollPeriod)
        openEvents()
        guard watches != nil else { return }
        // Whatever was changed while it was being armed is seen by walking the trails once more;
        // what is changed after that is an event. Somebody who never stops gets polled.
        for round in 0..<8 {
            var isSame = round > 0
            for path in files.keys {
                let trail = PathTrail(path)
                guard files[path]?.trail != trail else { continue }
                isSame = false
                files[path]?.trail = trail
                files[path]?.note(.relinked, at: .now)
            }
            if isSame { return }
            index = TrailIndex()
            for file in files.values { index.insert(file.trail, of: file.path) }
            let failures = watches?.watch(index.interests) ?? [:]
            // That an ancestor is removed shows further down too.
            let blind = failures.filter {
                !$0.value.isMissing && index.interests[$0.key] != .itself
            }
            isBlind = !blind.isEmpty
            warn(Set(blind.values.map(\.message)))
        }
    }

    private mutating func openEvents() {
        guard events == nil else { return }
        do throws(WatchFailure) {
            let opened = try options.openEvents()
            events = opened
            watches = DirectoryWatches(opened)
        } catch {
            isBlind = true
            warn([error.message])
        }
    }

    private mutating func warn(_ current: Set<String>) {
        for message in current.subtracting(warnings).sorted() { observer.warn(message) }
        warnings = current
    }

    // MARK: Looks

    /// Looks at all files from time to time, whatever the events say.
    private mutating func poll() {
        let now = Instant.now
        guard now >= nextPoll else { return }
        if now >= nextArming { arm() }
        for path in files.keys { files[path]?.nextLook = .distantPast }
        nextPoll = now.advanced(by: isBlind ? options.fallbackPeriod : options.pollPeriod)
    }

    private mutating func look() {
        let now = Instant.now
        for path in files.keys where files[path].map({ $0.nextLook <= now }) == true {
            if let change = files[path]?.look() { observer.changed(change) }
        }
    }

    /// Sleeps until something is to be done.
    private func wait() {
        let next = files.values.map(\.nextLook).min().map { min($0, nextPoll) } ?? .never
        var descriptors = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
        if let events {
            descriptors.append(
                pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0))
        }
        _ = unsafe Glibc.poll(&descriptors, nfds_t(descriptors.count), Self.milliseconds(next))
    }

    /// How long until `instant`, rounded up; -1 for never.
    private static func milliseconds(_ instant: Instant) -> CInt {
        guard instant != .never else { return -1 }
        let left = instant.nanoseconds(since: .now)
        return CInt(clamping: left / 1_000_000 + (left % 1_000_000 > 0 ? 1 : 0))
    }
}
