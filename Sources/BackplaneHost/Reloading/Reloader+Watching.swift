// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Logging

/// How changes of files are noticed, and what they lead to.
extension Reloader {
    /// Watches what there is to watch as things are now, or nothing.
    func watchFiles() async {
        guard wantsWatch else {
            watch?.close()
            watch = nil
            watched = WatchedFiles()
            return
        }
        if watch == nil { watch = makeWatch() }
        let libraries = services.all.map { managed in
            let plugin = managed.supervisor.condition.now.generation?.plugin
            return (managed.service.name, plugin?.libraries ?? [])
        }
        let wanted = WatchedFiles(
            resources.configuration, files: configurationFiles,
            libraries: Dictionary(libraries, uniquingKeysWith: { first, _ in first }))
        guard let watch, wanted != watched else { return }
        watched = wanted
        let paths = wanted.paths
        // It has a first look at each of them.
        await resources.threads.perform { watch.watch(paths) }
    }

    private func makeWatch() -> FileWatch? {
        do throws(TransportError) {
            return try FileWatch(
                changed: { [weak self] change in
                    // The watch waits for nobody; the host outlives whatever comes of it.
                    Task(name: "file changed") { await self?.noticed(change) }
                },
                warn: { [resources] words in
                    resources.events.record(
                        service: HostService.name, kind: .warning, message: words)
                })
        } catch {
            resources.events.record(
                service: HostService.name, kind: .warning,
                message: "files are not watched: \(error.message); use backplane reload")
            return nil
        }
    }

    /// Takes the news that a file is not what it was.
    func noticed(_ change: FileChange) async {
        guard !isClosed else { return }
        if watched.configuration.contains(change.path) {
            await configurationChanged(change)
        }
        let names = watched.services[change.path] ?? []
        switch change.kind {
        // What runs is a copy: that the file is gone is no reason to do anything.
        case .vanished: return
        case .incomplete(let words), .unreadable(let words):
            for name in names.sorted() {
                resources.events.record(
                    service: name, kind: .refused,
                    cause: ReloadCause.file(change.path).words, message: words)
            }
        case .settled, .unchanged:
            let cause = ReloadCause.file(
                change.path, settle: change.settled.duration(since: change.written))
            await withTaskGroup { tasks in
                for name in names {
                    tasks.addTask { await self.lookAgain(at: name, because: cause) }
                }
            }
        }
    }

    /// Reads the configuration again, once for any number of changes meanwhile.
    private func configurationChanged(_ change: FileChange) async {
        switch change.kind {
        case .unchanged: return
        // An editor at work, or a mistake; either way there is nothing to follow.
        case .vanished where change.path == resources.configuration.file: return
        case .settled, .incomplete, .unreadable, .vanished: break
        }
        isConfigurationStale = true
        guard !isReadingAgain else { return }
        isReadingAgain = true
        while isConfigurationStale {
            isConfigurationStale = false
            _ = await reload(ReloadRequest(cause: .configuration))
        }
        isReadingAgain = false
    }

    /// Has a service look at its plugin, once for any number of changes meanwhile.
    private func lookAgain(at name: String, because cause: ReloadCause) async {
        stalePlugins[name] = cause
        guard lookingAgain.insert(name).inserted else { return }
        while let cause = stalePlugins.removeValue(forKey: name), !isClosed {
            _ = await services[name]?.supervisor.reload(cause)
        }
        lookingAgain.remove(name)
        await watchFiles()
    }
}
