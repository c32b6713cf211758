// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplanePayload
import BackplaneTransport
import OracleSupport
import Synchronization
import Testing

@testable import BackplaneHost

/// The steps of an instance's life that a reload takes: the same in the host's process and in a
/// worker.
@Suite(.timeLimit(.minutes(5)))
struct InstanceLifeTests {
    private let room: RehearsalRoom
    private let limit = Duration.seconds(20)

    init() throws {
        room = try RehearsalRoom()
    }

    /// Either kind of instance, made of one plan.
    private enum Made {
        case local(PluginInstance)
        case worker(ForkedWorker)

        func save(as version: Int? = nil) async -> Outcome {
            switch self {
            case .local(let instance): return await instance.save(as: version, within: .seconds(20))
            case .worker(let worker):
                do throws(CallError) {
                    return .value(try await worker.save(as: version, by: Self.deadline))
                } catch {
                    return .error(error)
                }
            }
        }

        func restore(_ state: [UInt8]) async -> CallError? {
            switch self {
            case .local(let instance):
                return await instance.restore(Payload(state), within: .seconds(20)).error
            case .worker(let worker):
                do throws(CallError) {
                    try await worker.restore(Payload(state), by: Self.deadline)
                    return nil
                } catch {
                    return error
                }
            }
        }

        func selfTest(within limit: Duration = .seconds(20)) async -> CallError? {
            switch self {
            case .local(let instance): return await instance.selfTest(within: limit).error
            case .worker(let worker):
                do throws(CallError) {
                    try await worker.selfTest(by: Instant.now.advanced(by: limit))
                    return nil
                } catch {
                    return error
                }
            }
        }

        func end() async {
            switch self {
            case .local(let instance): await instance.destroy()
            case .worker(let worker):
                worker.expectEnd()
                worker.kill(because: "the test is over")
                _ = await worker.process.waitForExit()
            }
        }

        private static var deadline: Instant { Instant.now.advanced(by: .seconds(20)) }
    }

    private func make(_ plan: SlotPlan) async throws -> Made {
        guard plan.service.slot == .forked else {
            let instance = PluginInstance(
                image: try PluginImage.open(path: plan.plugin.path),
                context: plan.context(worker: 1), threads: plan.threads,
                lifecycleThreads: plan.threads, environment: plan.environment)
            let outcome = await instance.create(
                slot: plan.service.slot.number, configuration: plan.configuration, within: limit)
            #expect(outcome.error == nil)
            return .local(instance)
        }
        let owner = RehearsalWorkerOwner()
        let worker = try await ForkedWorker.make(
            plan, plan.context(worker: 1), by: room.workers.server(), for: owner)
        try #require(worker.begin())
        let deadline = Instant.now.advanced(by: limit)
        _ = try await worker.open(plan, by: deadline)
        try await worker.create(plan, by: deadline)
        return .worker(worker)
    }

    @Test(arguments: [SlotKind.inProcess, .forked])
    func `a state is given in the version that is wanted, and taken up`(slot: SlotKind) async throws
    {
        let made = try await make(room.plan(CPlugin.counter.path()) { $0.slot = slot })
        #expect(await made.restore([0x82, 3, 0x18, 9]) == nil)
        for (version, shape) in [(nil, 2), (2, 2), (1, 1)] as [(Int?, UInt8)] {
            #expect(await made.save(as: version).value?.bytes == [0x82, shape, 0x18, 9])
        }
        for version in [0, 3, -1, 1 << 40] {
            let error = await made.save(as: version).error
            #expect(error?.code == .incompatible)
            #expect(error?.message.contains("can't save its state as version \(version)") == true)
        }
        #expect(
            await made.restore([0]) == CallError(.incompatible, "that is no state of a counter"))
        #expect(await made.selfTest() == nil)
        await made.end()
    }

    @Test(arguments: [SlotKind.inProcess, .forked])
    func `a plugin without state has none to give`(slot: SlotKind) async throws {
        let made = try await make(room.plan(CPlugin.echo.path()) { $0.slot = slot })
        #expect(await made.save().error?.code == .incompatible)
        #expect(await made.save(as: 1).error?.code == .incompatible)
        #expect(await made.restore([0])?.code == .incompatible)
        #expect(await made.selfTest() == nil)
        await made.end()
        #expect(await made.save().error != nil)
        #expect(await made.restore([0]) != nil)
    }

    @Test(arguments: [SlotKind.inProcess, .forked])
    func `a self-test says what is wrong`(slot: SlotKind) async throws {
        let made = try await make(room.probe(["selfTest": "throw"]) { $0.slot = slot })
        #expect(await made.selfTest()?.message.contains("selfTest was told to throw") == true)
        await made.end()
    }

    @Test(arguments: [SlotKind.inProcess, .forked])
    func `a step that does not end is given its time`(slot: SlotKind) async throws {
        let made = try await make(room.probe(["selfTest": "wait"]) { $0.slot = slot })
        #expect(await made.selfTest(within: .milliseconds(100))?.code == .deadlineExceeded)
        #expect(await made.save().error == nil)
        await made.end()
    }
}
