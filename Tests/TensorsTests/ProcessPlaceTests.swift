import Launch
import Testing

/// What launchers say, as they say it (recorded from PyTorch 2.13, Slurm 22.05 and Open MPI 4.1).
@Suite struct ProcessPlaceTests {
    @Test func withoutALauncherItIsAlone() throws {
        let environments: [[String: String]] = [
            [:], ["LOCAL_RANK": "3"], ["SLURM_PROCID": "0", "SLURM_NTASKS": "8"], ["WORLD_SIZE": "1", "RANK": "0"],
        ]
        for environment in environments {
            let place = try ProcessPlace(environment)
            #expect(place == .alone)
        }
    }

    @Test func torchrun() throws {
        let place = try ProcessPlace([
            "RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "node1",
            "MASTER_PORT": "29500", "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "2",
            "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2",
        ])
        #expect((place.rank, place.size) == (3, 4))
        #expect((place.localRank, place.localSize) == (1, 2))
        #expect((place.address, place.port) == ("node1", 29500))
        #expect(place.isServed)
        #expect(place.attempt == 2)
        #expect(place.interface == nil)
    }

    @Test func slurm() throws {
        let environment = [
            "SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1",
            "SLURM_STEP_NUM_NODES": "2", "SLURM_STEP_TASKS_PER_NODE": "4(x2)", "SLURM_STEP_NODELIST": "gpu[07,11-12]",
            "SLURM_JOB_ID": "77", "SLURM_STEP_ID": "1",
            "GLOO_SOCKET_IFNAME": "ib0",
        ]
        let place = try ProcessPlace(environment)
        #expect((place.rank, place.size) == (5, 8))
        #expect((place.localRank, place.localSize) == (1, 4))
        #expect(place.address == "gpu07")
        #expect((20_000..<32_768).contains(place.port))
        #expect(!place.isServed)
        #expect(place.interface == "ib0")
        #expect(try ProcessPlace(environment) == place)
        #expect(try ProcessPlace(environment.merging(["SLURM_STEP_ID": "2"]) { $1 }).port != place.port)
        #expect(try ProcessPlace(environment.merging(["SLURM_STEP_NODELIST": "login"]) { $1 }).address == "login")
        #expect(try ProcessPlace(environment.merging(["SLURM_STEP_NUM_NODES": "1"]) { $1 }).address == "127.0.0.1")
        #expect(try ProcessPlace(environment.merging(["MASTER_ADDR": "a", "MASTER_PORT": "7"]) { $1 }).address == "a")
    }

    @Test func openMPI() throws {
        let place = try ProcessPlace([
            "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_LOCAL_RANK": "1",
            "OMPI_COMM_WORLD_LOCAL_SIZE": "2", "OMPI_MCA_ess_base_jobid": "1234567",
        ])
        #expect((place.rank, place.size) == (1, 2))
        #expect((place.localRank, place.localSize) == (1, 2))
        #expect(place.address == "127.0.0.1")
    }

    @Test func byHandOnOneMachine() throws {
        let place = try ProcessPlace(["RANK": "1", "WORLD_SIZE": "2", "MASTER_PORT": "29500"])
        #expect((place.localRank, place.localSize) == (1, 2))
    }

    @Test(
        arguments: [
            (["WORLD_SIZE": "2", "MASTER_PORT": "1"], "RANK is not"),
            (["WORLD_SIZE": "2", "RANK": "2", "MASTER_PORT": "1"], "RANK=2"),
            (["WORLD_SIZE": "x", "RANK": "0"], "WORLD_SIZE=x"), (["WORLD_SIZE": "2", "RANK": "0"], "MASTER_PORT is not set"),
            (["WORLD_SIZE": "2", "RANK": "0", "MASTER_PORT": "70000"], "MASTER_PORT=70000"),
        ])
    func whatCannotBeIsRefused(environment: [String: String], sentence: String) {
        #expect { try ProcessPlace(environment) } throws: { "\($0)".contains(sentence) }
    }
}
