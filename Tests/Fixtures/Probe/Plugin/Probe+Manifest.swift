// SPDX-License-Identifier: Apache-2.0

public import Backplane

extension Probe {
    /// What it offers.
    public static let manifest = Manifest<Probe>("probe", version: "1.0.0", summary: "A fixture.") {
        Method("echo", Probe.echo, "value", idempotent: true, summary: "Returns its argument.")
        Method("fail", Probe.fail, "message")
        Method("invalid", Probe.invalid, "message")
        Method("spin", Probe.spin, "milliseconds")
        Method("spinUntilCancelled", Probe.spinUntilCancelled)
        Method("sleep", Probe.sleep, "milliseconds", idempotent: true)
        Method("block", Probe.block, "milliseconds")
        Method("crash", Probe.crash)
        Method("crashOnce", Probe.crashOnce, "marker", idempotent: true)
        Method("crashTwice", Probe.crashOnce, "marker")
        Method("exit", Probe.exit, "code")

        Method("stream", Probe.stream, "count", "size")
        Method("streamAsync", Probe.streamAsync, "count", "size")
        Method("streamWithoutWaiting", Probe.streamWithoutWaiting, "count", "size")
        Method("streamThenCrash", Probe.streamThenCrash, "count")
        Method("ask", Probe.ask, "count")
        Method("askBlocking", Probe.askBlocking, "count")
        Method("nest", Probe.nest, "target", "arguments")
        Method("nestBlocking", Probe.nestBlocking, "target", "argument")
        Method("listen", Probe.listen, "target", "arguments")
        Method("depth", Probe.depth, "limit")
        Method("sum", Probe.sum, "target", "a", "b")
        Method("through", Probe.through, "target", "number")
        Method("sumAsync", Probe.sumAsync, "target", "a", "b")
        Method("isDirect", Probe.isDirect, "target")
        Method("isSameAddress", Probe.isSameAddress, "target")
        Method("measureArray", Probe.measureArray, "target", "batches")
        Method("measureText", Probe.measureText, "target", "batches")
        Method("late", Probe.late)
        Method("lateResult", Probe.lateResult)

        Method("deadlineLeft", Probe.deadlineLeft)
        Method("bytes", Probe.bytes, "count")
        Method("length", Probe.length, "bytes")
        Method("mainActor", Probe.mainActor)
        Method("identifier", Probe.identifier)
        Method("threadName", Probe.threadName)
        Method("threadNumber", Probe.threadNumber)
        Method("processNumber", Probe.processNumber)
        Method("log", Probe.log, "level", "text")
        Method("print", Probe.print, "text")
        Method("environment", Probe.environment, "name")
        Method("descriptors", Probe.descriptors)
        Method("directory", Probe.directory)
        Method("configurationValue", Probe.configurationValue)
        Method("increment", Probe.increment)
        Method("count", Probe.count, idempotent: true)
    }
}
