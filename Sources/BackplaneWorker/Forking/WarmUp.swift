// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane
internal import Glibc

/// Does, before anything is forked, what every worker does first.
///
/// What the Swift runtime makes of types at their first use takes longer than the fork. Made here, it is
/// in each worker's memory from the start. No thread is started.
enum WarmUp {
    static func run() {
        do throws(TransportError) {
            try rehearse()
        } catch {
            // Workers are slower then, no more.
            Diagnostics.write("backplane-worker: \(error.message)")
        }
        _ = WorkerRuntime.processors
    }

    /// Does what a worker does up to the making of its plugin's instance, without a plugin.
    static func rehearse() throws(TransportError) {
        let layout = RegionLayout(ringBytes: 64 << 10, poolBytes: 64 << 10)
        let (host, peer) = try HostChannel.make(layout: layout)
        defer { for descriptor in [peer.host, peer.worker] { close(descriptor) } }
        let runtime = WorkerRuntime(channel: try WorkerChannel(peer, layout: layout))
        var fields = FieldWriter()
        for text in ["a", "a/1#1", "/"] { fields.append(text) }
        for number: UInt64 in [2, 0, 1, 0] { fields.append(number) }
        try host.send(
            Frame(
                .create, number: 1, argument: 1, code: 1, fields: fields.bytes,
                payload: Payload([0xa0])))
        // There is no plugin: it is answered, and nothing comes of it.
        while try runtime.channel.next({ runtime.create($0.frame) }) {}
        runtime.calls.insert(RunningCall(number: 2, deadline: .now))
        runtime.complete(2, .error(BACKPLANE_UNAVAILABLE, "there is no plugin"))
        RingThreads.warmUp()
        let request = ForkRequest(request: 1, name: "a", environment: ["A=1"])
        _ = try ForkRequest(packet: request.packet())
        _ = ForkReport.spawned(request: 1, pid: 1).packet()
    }
}
