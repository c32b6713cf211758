// SPDX-License-Identifier: Apache-2.0

/// What a swap leaves behind for those who go on from there.
struct SwapReport: Sendable {
    let result: Swap.Result
    /// The candidate's number, if it got one.
    let number: Int?
    let hash: UInt64
    let phases: [HostEvent.Phase]
    /// What went otherwise than it should.
    let remarks: [String]
    /// The state that was handed over.
    let state: StateEnvelope?
    /// The direct calls that may still run in the generation that was in charge.
    let direct: DirectCalls

    /// Carries out a swap; ends early, with everything undone, when its task is cancelled.
    init(_ order: SwapOrder, from old: Generation?, by maker: GenerationMaker) async {
        let swap = Swap(order, from: old, by: maker)
        result = await swap.run()
        number = swap.plan?.generation
        hash = order.source.hash
        phases = swap.phases
        remarks = swap.remarks
        state = swap.envelope
        direct = swap.direct
    }
}
