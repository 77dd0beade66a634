import Tensors

/// Runs operations of libtorch, on one thread where they are few.
///
/// - Parameter multiplications: about how many `body` makes.
func sparingThreads<Result>(multiplications: Int, _ body: () throws -> Result) throws -> Result {
    try multiplications < 1 << 26 ? Torch.onOneThread(body) : body()
}
