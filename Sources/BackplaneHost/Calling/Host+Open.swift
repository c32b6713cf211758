// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

extension Host {
    /// Opens a call, to take its messages and to answer its requests; arguments by position.
    ///
    /// ```swift
    /// let call = host.open("echo", "echoer", [1, 2, 3])
    /// for try await message in call.messages(of: Int.self) { print(message.data) }
    /// let count: Int = try await call.value()
    /// ```
    ///
    /// It begins with the first thing that waits for it, or with `begin`; what is wrong with it is
    /// its outcome.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - method: The method's name.
    ///   - arguments: The arguments in the order of the parameters.
    ///   - timeout: For the whole call; the method's own for each attempt when not given.
    public func open<each Argument: Encodable>(
        _ service: String, _ method: String, _ arguments: repeat each Argument,
        timeout: Duration? = nil
    ) -> ServiceCall {
        let payload: CallPlan.Arguments
        do throws(CallError) {
            payload = .success(try .encoding(arguments: repeat each arguments))
        } catch {
            payload = .failure(error)
        }
        return open(CallPlan("\(service).\(method)", payload, timeout: timeout))
    }

    /// Opens a call of `service.method`, or of a provided function, with arguments made elsewhere.
    ///
    /// - Parameter arguments: An array by position, a map by name, or the one argument.
    public func open(
        _ target: String, arguments: Value, timeout: Duration? = nil
    ) -> ServiceCall {
        let payload: CallPlan.Arguments
        do throws(CallError) {
            payload = .success(try .encoding(arguments, what: "arguments"))
        } catch {
            payload = .failure(error)
        }
        return open(CallPlan(target, payload, timeout: timeout))
    }

    func open(_ plan: CallPlan) -> ServiceCall {
        ServiceCall(
            plan, number: resources.router.environment.nextNumber(), gateway: self,
            executor: resources.executor)
    }
}
