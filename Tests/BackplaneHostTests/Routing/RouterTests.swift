// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

struct RouterTests {
    private let router = Router(payloadLimit: 1 << 20)
    private let slot = FakeSlot()
    private let observer = CallRecorder()

    init() {
        let service = Service.test()
        service.open(service.generation(in: slot))
        router.add(service)
    }

    private func request(_ target: String, parent: Call? = nil, depth: Int = 0) -> CallRequest {
        CallRequest(target: CallTarget(target), arguments: .null, parent: parent, depth: depth)
    }

    @Test func `a call goes to its service`() {
        let call = router.submit(request("service.method"), observer: observer)
        #expect(slot.numbers == [call.number])
        #expect(call.deadline < .now.advanced(by: .seconds(31)))
    }

    @Test(arguments: ["servise.method", "nofunction", ".", "", "service."])
    func `what is not there is not found`(_ target: String) {
        router.submit(request(target), observer: observer)
        #expect(observer.outcomes.map(\.code) == [.notFound])
    }

    @Test func `calls nest so deep and no deeper`() {
        var parent: Call?
        for depth in 0..<Router.depthLimit {
            let observer = CallRecorder()
            let call = router.submit(request("service.method", parent: parent), observer: observer)
            #expect(call.depth == depth)
            #expect(observer.outcomes.isEmpty)
            parent = call
        }
        router.submit(request("service.method", parent: parent), observer: observer)
        #expect(observer.outcomes.map(\.code) == [.tooDeep])
        router.submit(request("service.method", depth: Router.depthLimit), observer: observer)
        #expect(observer.outcomes.map(\.code) == [.tooDeep, .tooDeep])
    }

    @Test func `a nested call has no more time than its parent`() {
        var request = request("service.method")
        request.until = .now.advanced(by: .seconds(1))
        let parent = router.submit(request, observer: observer)
        #expect(parent.deadline == request.until)
        let child = router.submit(
            self.request("service.method", parent: parent), observer: CallRecorder())
        #expect(child.deadline == parent.deadline)
    }

    @Test func `a call of a call that has ended is refused`() {
        let parent = router.submit(request("service.method"), observer: CallRecorder())
        parent.complete(.value(.null))
        router.submit(request("service.method", parent: parent), observer: observer)
        #expect(observer.outcomes.map(\.code) == [.cancelled])
        #expect(slot.numbers == [parent.number])
    }

    @Test func `arguments that are too large are refused`() {
        var request = request("service.method")
        request.arguments = Payload([UInt8](repeating: 0, count: 1 << 20 + 1))
        router.submit(request, observer: observer)
        #expect(observer.outcomes.map(\.code) == [.tooLarge])
    }

    @Test func `a host that has ended knows no services`() {
        router.close()
        router.submit(request("service.method"), observer: observer)
        #expect(observer.outcomes.map(\.code) == [.notFound])
    }
}
